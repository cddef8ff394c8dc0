/** Raw samples of the analogue inputs of a connector, gathered to means that show what is measured now. */
import type { AdsSample, AdsSampler } from '../drivers/pi/i2c/ads1115';
import { dividerReading, openShare } from '../drivers/pi/proximity';
import { temperatureOf } from '../drivers/pi/thermometer';
import type { Cancel } from '../hal/clock';
import type { AnalogWiring, SocketWiring } from '../hal/wiring';
import type { RawReadings } from './panel/model';

/** Mean of what one input gave since it was last taken. */
export class InputMean {
  private sum = 0;
  private count = 0;
  private readonly cancel: Cancel;

  constructor(sampler: Pick<AdsSampler, 'add'>, { input }: AnalogWiring) {
    this.cancel = sampler.add(input, 'slow', (sample) => {
      if (sample.kind !== 'volts') return;
      this.sum += sample.volts;
      this.count += 1;
    });
  }

  /** Undefined when there was none. */
  take(): AdsSample | undefined {
    const mean = this.sum / this.count;
    this.sum = 0;
    this.count = 0;
    return Number.isNaN(mean) ? undefined : { kind: 'volts', volts: mean, atMs: 0 };
  }

  stop(): void {
    this.cancel();
  }
}

/** Volts at the terminal; undefined without a sample. */
export function terminalVolts(sample: AdsSample | undefined, { gain, offset }: AnalogWiring): number | undefined {
  return sample?.kind === 'volts' ? sample.volts * gain + offset : undefined;
}

/** The inputs of one connector. */
export class ConnectorSamples {
  private readonly high: InputMean | undefined;
  private readonly low: InputMean | undefined;
  private readonly proximity: InputMean | undefined;
  private readonly thermometer: InputMean | undefined;

  constructor(
    private readonly wiring: SocketWiring,
    sampler: (address: number) => Pick<AdsSampler, 'add'>,
  ) {
    const mean = (input: AnalogWiring | undefined): InputMean | undefined =>
      input && new InputMean(sampler(input.address), input);
    this.high = mean(wiring.pilot?.high);
    this.low = mean(wiring.pilot?.low);
    this.proximity = mean(wiring.proximity);
    this.thermometer = mean(wiring.thermometer);
  }

  take(): RawReadings {
    const { pilot, proximity, thermometer } = this.wiring;
    const high = pilot && terminalVolts(this.high?.take(), pilot.high);
    const low = pilot && terminalVolts(this.low?.take(), pilot.low);
    const contact = this.proximity?.take();
    const sensor = this.thermometer?.take();
    const celsius = thermometer && sensor && temperatureOf(sensor, thermometer);
    return {
      ...(high === undefined ? {} : { high }),
      ...(low === undefined ? {} : { low }),
      ...(proximity && contact ? { proximity: dividerReading(contact, proximity, openShare) } : {}),
      ...(celsius === undefined ? {} : { celsius }),
    };
  }

  stop(): void {
    for (const input of [this.high, this.low, this.proximity, this.thermometer]) input?.stop();
  }
}
