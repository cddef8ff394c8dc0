/** Finds the valid word that somebody who typed a wrong one most likely meant. */

/** Longer words may be farther off, but never by more than this many edits. */
const suggestionEditsMax = 3;
/** One edit is granted for each of so many letters of the shorter word. */
const lettersPerEdit = 3;

/**
 * Returns the choice nearest to `word`, or undefined when none is near enough to be meant.
 * Case does not count; an edit is a letter put in, left out, replaced, or swapped with its neighbour.
 * Of choices that are equally near the first one wins.
 */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const choice of choices) {
    const letters = Math.min(wanted.length, choice.length);
    const allowed = Math.min(suggestionEditsMax, Math.max(1, Math.floor(letters / lettersPerEdit)));
    // The difference of the lengths is a lower bound, and spares the table for words of any length.
    if (Math.abs(wanted.length - choice.length) > allowed) continue;
    const edits = editsBetween(wanted, choice.toLowerCase());
    if (edits <= allowed && edits < bestEdits) {
      best = choice;
      bestEdits = edits;
    }
  }
  return best;
}

/** "did you mean y? Valid: x, y", or "valid: x, y" where nothing is near; `where`, such as "here", follows "valid". */
export function choicesFor(word: string, choices: readonly string[], where = ''): string {
  const meant = nearest(word, choices) ?? beginningWith(word, choices);
  const valid = `${meant === undefined ? 'valid' : `did you mean ${meant}? Valid`}${where === '' ? '' : ` ${where}`}`;
  return `${valid}: ${choices.length === 0 ? 'none' : choices.join(', ')}`;
}

/** Somebody who typed no more than the beginning. */
function beginningWith(word: string, choices: readonly string[]): string | undefined {
  const matches = word === '' ? [] : choices.filter((choice) => choice.toLowerCase().startsWith(word.toLowerCase()));
  return matches.length === 1 ? matches[0] : undefined;
}

/** Optimal string alignment distance: only the last three rows of its table are kept. */
function editsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
