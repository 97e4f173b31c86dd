declare module 'spdx-satisfies' {
  /** @throws Error for what is no SPDX expression */
  function satisfies(expression: string, approved: readonly string[]): boolean;
  export = satisfies;
}
