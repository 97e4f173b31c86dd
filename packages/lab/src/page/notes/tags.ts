/** Tags of a text: words apart by spaces or commas, each once, without `#`. */
export const tagsOf = (text: string): readonly string[] => [
  ...new Set(text.split(/[\s,]+/).flatMap((word) => word.replace(/^#+/, '') || [])),
];
