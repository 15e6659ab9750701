import type { RenderedObject } from '../render.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * What the Roles and ClusterRoles among the objects allow, each as `verb group/resource[/name] in namespace`; sorted,
 * what stands twice twice.
 */
export function allowed(objects: readonly RenderedObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role')
    .flatMap((role) => (role['rules'] as readonly Rule[]).flatMap((rule) => grants(role, rule)))
    .sort();
}

function grants({ metadata }: RenderedObject, rule: Rule): readonly string[] {
  const { apiGroups, resources, resourceNames = [''], verbs } = rule;
  const where = metadata.namespace === undefined ? 'the cluster' : metadata.namespace;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      resourceNames.flatMap((name) =>
        verbs.map(
          (verb) => `${verb} ${group}/${resource}${name === '' ? '' : ` called ${name}`} in ${where}`,
        ),
      ),
    ),
  );
}
