import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../../page/ui/copy-text.ts';

/** "The ten lines of code that do the same", with a button that copies them. */
export function Code({ code, prints }: { readonly code: string; readonly prints: string }) {
  const [said, setSaid] = useState('');
  const block = useRef<HTMLElement>(null);
  useEffect(() => setSaid(''), [code]);
  const copy = async () => {
    if (await copyText(code)) return setSaid('Copied.');
    // Where the page may not write to the clipboard the user can.
    if (block.current) getSelection()?.selectAllChildren(block.current);
    setSaid('Selected; copy it by keyboard.');
  };
  return (
    <details>
      <summary>The same in Node</summary>
      <p class="quiet">It prints {prints}, with the settings above.</p>
      <pre>
        <code ref={block}>{code}</code>
      </pre>
      <div class="buttons">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <span role="status" class="quiet">
          {said}
        </span>
      </div>
    </details>
  );
}
