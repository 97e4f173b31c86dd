// With these two headers a page is cross-origin isolated, and ONNX Runtime may have more than one thread.
const isolating = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** `vite --mode isolated` and `vite preview --mode isolated` send them. */
export default ({ mode }) => {
  const headers = mode === 'isolated' ? isolating : {};
  return { base: './', worker: { format: 'es' }, server: { headers }, preview: { headers } };
};
