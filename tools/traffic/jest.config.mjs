import preset from '../../jest.preset.mjs';

// A real Kong holds one configuration at a time: the test files take turns.
export default process.env.KONG_ADMIN_URL ? { ...preset, maxWorkers: 1 } : preset;
