/** A tree of files that looks like /sys/class/pwm, where no kernel driver can be had, and what is set in it. */
import { mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../../src/hal/clock';

/** How often the files are looked at, in ms. */
export const pwmPollMs = 4;

/** What a new channel of the kernel shows. */
const newChannel = { period: '0', duty_cycle: '0', polarity: 'normal', enable: '0' } as const;

interface Channel {
  files: Readonly<Record<keyof typeof newChannel, number>>;
  told: number | undefined;
  onDuty: (dutyPercent: number) => void;
}

export class PwmTree {
  private readonly channels: Channel[] = [];
  private readonly buffer = Buffer.alloc(32);

  /** `root` is made anew. */
  constructor(
    private readonly root: string,
    private readonly clock: Clock,
  ) {
    rmSync(root, { recursive: true, force: true });
    this.poll();
  }

  /** The channel is there from the start, as after its export; `onDuty` hears each new duty in percent. */
  addChannel(chip: string, channel: number, onDuty: (dutyPercent: number) => void): void {
    const directory = join(this.root, chip, `pwm${channel}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(this.root, chip, 'npwm'), `${channel + 1}\n`);
    writeFileSync(join(this.root, chip, 'export'), '');
    const file = (name: keyof typeof newChannel): number => {
      const path = join(directory, name);
      writeFileSync(path, `${newChannel[name]}\n`);
      return openSync(path, 'r');
    };
    const files = {
      period: file('period'),
      duty_cycle: file('duty_cycle'),
      polarity: file('polarity'),
      enable: file('enable'),
    };
    this.channels.push({ files, told: undefined, onDuty });
  }

  private poll(): void {
    for (const channel of this.channels) {
      const duty = this.dutyPercent(channel);
      if (duty === channel.told) continue;
      channel.told = duty;
      channel.onDuty(duty);
    }
    this.clock.at(this.clock.now() + pwmPollMs, () => this.poll());
  }

  /** An output that is off stays low. */
  private dutyPercent({ files }: Channel): number {
    const period = Number(this.firstLine(files.period));
    if (this.firstLine(files.enable) !== '1' || !(period > 0)) return 0;
    const active = (100 * Number(this.firstLine(files.duty_cycle))) / period;
    const duty = this.firstLine(files.polarity) === 'inversed' ? 100 - active : active;
    return Math.min(100, Math.max(0, duty));
  }

  private firstLine(file: number): string {
    const length = readSync(file, this.buffer, 0, this.buffer.length, 0);
    return this.buffer.toString('latin1', 0, length).split('\n', 1)[0] ?? '';
  }
}
