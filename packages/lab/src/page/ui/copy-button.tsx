import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { announcement } from '../store.ts';
import { copyText } from './copy-text.ts';

/** How long a button says what came of it, in ms. */
const SAID = 2000;

interface CopyButtonProps {
  readonly text: string;
  /** What was copied, for those who don't see it: `Command of trial 3`. */
  readonly what: string;
  readonly plain?: boolean;
  /** Of the button, beside Copy. */
  readonly children?: ComponentChildren;
}

/** Copies a text, and says whether it could. */
export function CopyButton({ text, what, plain, children }: CopyButtonProps) {
  const came = useSignal<'Copied' | 'Not allowed' | undefined>(undefined);
  useEffect(() => {
    if (!came.value) return;
    const timer = setTimeout(() => {
      came.value = undefined;
    }, SAID);
    return () => clearTimeout(timer);
  }, [came.value]);
  const copy = async () => {
    const done = await copyText(text);
    came.value = done ? 'Copied' : 'Not allowed';
    announcement.value = done ? `${what} copied` : 'The browser doesn’t allow copying; select the text instead';
  };
  return (
    <button
      type="button"
      class={plain ? 'plain' : undefined}
      title={plain ? text : undefined}
      onClick={() => void copy()}
    >
      {came.value ?? 'Copy'}
      {children}
    </button>
  );
}
