import { deviation, mean } from '@unbraid/experiment';

/** Student's t at 97.5%, for 1 to 30 degrees of freedom. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

/** Student's interval of 95% confidence of the mean of two numbers or more. @param least that there can be; 1 is the most */
export function student(values: readonly number[], least: number): { readonly lower: number; readonly upper: number } {
  const half = ((STUDENT[values.length - 2] ?? NORMAL) * deviation(values)) / Math.sqrt(values.length);
  const centre = mean(values);
  return { lower: Math.max(least, centre - half), upper: Math.min(1, centre + half) };
}
