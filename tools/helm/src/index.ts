export { findHelm, NO_HELM } from './binary.ts';
export {
  CHART,
  type HelmResult,
  objectsIn,
  renderChart,
  type RenderedObject,
  type RenderOptions,
  renderText,
  runHelm,
  tryRender,
} from './render.ts';
