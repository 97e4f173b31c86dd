/** What a `before` handler returns to change the arguments. */
export class ChangedArguments<Args extends readonly unknown[]> {
  readonly args: Args;
  constructor(args: Args) {
    this.args = args;
  }
}

/** What an `after` handler returns to change the result. */
export class ChangedResult<R> {
  readonly result: R;
  constructor(result: R) {
    this.result = result;
  }
}

/** The function goes on with these arguments; of a method, the instance comes first and stays what it is. */
export const changedArguments = <Args extends readonly unknown[]>(...args: Args) => new ChangedArguments(args);

/** The function returns this. */
export const changedResult = <R>(result: R) => new ChangedResult(result);
