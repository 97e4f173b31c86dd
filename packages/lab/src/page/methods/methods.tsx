import { h } from 'preact';
import { useEffect } from 'preact/hooks';
import { Loading, Problem } from '../ui/parts.tsx';
import { useResource } from '../ui/use-resource.ts';

/** The six demos, loaded when they are looked at: they and the engine are larger than all the rest. */
export function Methods({ name }: { readonly name: string | undefined }) {
  const demos = useResource('demos', () =>
    Promise.all([import('../../demos/index.ts'), import('../../demos/methods.tsx')]),
  );
  useEffect(() => {
    document.title = `${name ?? 'Methods'} · Unbraid lab`;
  }, [name]);
  if (demos.error) return <Problem error={demos.error} />;
  if (!demos.data) return <Loading what="the demos" />;
  const [, { MethodsPage }] = demos.data;
  if (name === undefined) return <MethodsPage />;
  const tag = `unbraid-demo-${name}`;
  if (!customElements.get(tag)) return <Problem error={`There is no method “${name}”`} />;
  return h(tag, { key: name, address: `/methods/${name}` });
}
