import { type FitProgress, fitProgress, type ProgressListener, shownNumber } from '@unbraid/checks/progress';
import type { IterationListener } from './problem.ts';

/** Where it is shown how far all members of a network are. */
export interface ShownIterations {
  /** What a member's solver is to tell: the caller's listener, and what is shown. */
  listener(member: number, own: IterationListener | undefined): IterationListener | undefined;
  end(): void;
}

/** @param most iterations of a member, each of which may end before */
export function shownIterations(
  option: boolean | ProgressListener | undefined,
  { members, maxIterations: most }: { readonly members: number; readonly maxIterations: number },
): ShownIterations {
  const shown: FitProgress | undefined = fitProgress(option, { total: members * most, label: 'iterations' });
  return {
    listener(member, own) {
      if (shown === undefined) return own;
      return (told, ...rest) => {
        const { iteration, error, gradient } = told;
        const which = members > 1 ? `member ${member + 1}/${members}, ` : '';
        shown.tell(
          member * most + iteration,
          () =>
            `${which}iteration ${iteration} of at most ${most}: error ${shownNumber(error)}, gradient ${shownNumber(gradient)}`,
        );
        return own?.(told, ...rest);
      };
    },
    end: () => shown?.end(),
  };
}
