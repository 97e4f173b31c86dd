/** Money in euros that never becomes less than nothing. */
export class Cash {
  amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }

  put(amount: number): void {
    this.amount += amount;
  }

  /** Takes the amount out; false, and nothing happens, where there is not enough. */
  take(amount: number): boolean {
    if (amount > this.amount) return false;
    this.amount -= amount;
    return true;
  }
}
