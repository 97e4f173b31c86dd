export function MethodsPage() {
  return <p>…</p>;
}
