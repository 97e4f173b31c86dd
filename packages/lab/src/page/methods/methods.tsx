import { type FunctionComponent, h } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadPart } from '../api-client.ts';
import { Loading, Problem } from '../ui/parts.tsx';
import { useResource } from '../ui/use-resource.ts';

/** The six demos, loaded when they are looked at: they and the engine are larger than all the rest. */
export function Methods({ name }: { readonly name: string | undefined }) {
  const demos = useResource('demos', (): Promise<Parts> => loadPart(import('../../demos/index.ts')));
  useEffect(() => {
    document.title = `${name ?? 'Methods'} · Unbraid lab`;
  }, [name]);
  return (
    <>
      {name === undefined ? (
        <h1>Methods</h1>
      ) : (
        <>
          <h1 class="hidden">Demo of {name}</h1>
          <p>
            <a href="#/methods">All methods</a>
          </p>
        </>
      )}
      <Problem error={demos.error} />
      {demos.data ? <Body name={name} parts={demos.data} /> : !demos.error && <Loading what="the demos" />}
    </>
  );
}

interface Parts {
  readonly MethodsPage: FunctionComponent;
}

function Body({ name, parts: { MethodsPage } }: { readonly name: string | undefined; readonly parts: Parts }) {
  if (name === undefined) return <MethodsPage />;
  const tag = `unbraid-demo-${name}`;
  if (!customElements.get(tag)) return <Problem error={`There is no method “${name}”`} />;
  return h(tag, { key: name, address: `/methods/${name}` });
}
