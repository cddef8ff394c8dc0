/** What the reset button does: held, it clears faults; held long and let go, it brings the station back to delivery. */
import type { Cancel } from '../hal/clock';
import type { Button, Indicator, IndicatorPattern } from '../hal/parts';

interface ResetButtonActions {
  clearFaults(): void;
  factoryReset(): void;
}

/** What it returns lets go of the button. */
export function watchResetButton(
  button: Button,
  indicators: readonly SharedIndicator[],
  { clearFaults, factoryReset }: ResetButtonActions,
): Cancel {
  return button.watch((event) => {
    switch (event) {
      case 'held':
        clearFaults();
        return;
      case 'heldLong':
        for (const indicator of indicators) indicator.showInstead('resetting');
        return;
      case 'letGo':
        factoryReset();
        return;
      case 'stuck':
        for (const indicator of indicators) indicator.showInstead(undefined);
        return;
      default:
        return event satisfies never;
    }
  });
}

/** The light of a point, on which something can stand in the place of what the station shows. */
export class SharedIndicator implements Indicator {
  private shown: IndicatorPattern = 'off';
  private instead: IndicatorPattern | undefined;

  constructor(private readonly inner: Indicator) {}

  show(pattern: IndicatorPattern): void {
    this.shown = pattern;
    if (this.instead === undefined) this.inner.show(pattern);
  }

  /** undefined: what the station shows is seen again. */
  showInstead(pattern: IndicatorPattern | undefined): void {
    this.instead = pattern;
    this.inner.show(pattern ?? this.shown);
  }
}
