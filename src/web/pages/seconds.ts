/** The time of now by the clock of whoever looks, each second, for what is counted up or down. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export const secondMs = 1_000;

export function useNow(): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, secondMs);
    return () => clearInterval(timer);
  }, [now]);
  return now.value;
}
