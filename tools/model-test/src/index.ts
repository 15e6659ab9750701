export { checkModel, type Model, type World, type WorldSetting } from './check-model.ts';
