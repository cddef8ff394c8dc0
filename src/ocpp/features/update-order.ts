/** Orders an update, and waits until the order is durable, or so long as an answer may wait. */
import { messageOf } from '../../hal/errors';
import type { FirmwareUpdates, UpdateOrder } from '../../hal/firmware-updates';
import type { Services } from '../services';

/** The answer waits for the disk so long, in ms; an order that takes longer holds all the same. */
const durableMaxMs = 5_000;

/** Undefined: the order is durable, or the disk takes its time. Else why it does not come about. */
export async function orderInTime(
  { clock, log }: Pick<Services, 'clock' | 'log'>,
  updates: FirmwareUpdates,
  order: UpdateOrder,
): Promise<{ error: unknown } | undefined> {
  let isLate = false;
  let end = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined);
  });
  const cancel = clock.at(clock.now() + durableMaxMs, () => {
    isLate = true;
    end();
  });
  const refused = updates.order(order).then(
    () => undefined,
    (error: unknown) => {
      if (isLate) log.warn({}, `an update that was ordered does not come: ${messageOf(error)}`);
      return { error };
    },
  );
  const first = await Promise.race([refused, late]);
  cancel();
  return first;
}
