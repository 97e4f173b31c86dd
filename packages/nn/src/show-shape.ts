import type { Shape } from '@unbraid/graph';

/** `[rows, width]` with numbers, for messages. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
