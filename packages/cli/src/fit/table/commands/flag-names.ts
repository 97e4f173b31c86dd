/** Flags of `fit galu` beside those of every table, by the names of their settings. */
export const GALU_FLAGS = ['neurons', 'ridge', 'gates', 'members'] as const;
/** Flags of `fit mlp` and `fit laperm`. */
export const NETWORK_FLAGS = ['hidden', 'rates', 'steps'] as const;
