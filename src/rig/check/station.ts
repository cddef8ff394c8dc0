/** Tries what a rig has beside its outlets: converters, lines of the station, readers, watchdog, network. */
import { accessSync, constants } from 'node:fs';
import { Mfrc522 } from '../../drivers/pi/card/mfrc522';
import type { SpiBus } from '../../drivers/pi/card/spi';
import type { OutputLine } from '../../drivers/pi/gpio/lines';
import type { AdsInput, AdsSample } from '../../drivers/pi/i2c/ads1115';
import { addressesOf } from '../../drivers/pi/network';
import { GpioSupplyMonitor } from '../../drivers/pi/supply';
import type { Board } from '../../hal/board';
import { connectorsOf } from '../../hal/connectors';
import { systemCode } from '../../hal/errors';
import type { AnalogWiring, CardReaderWiring, LineWiring } from '../../hal/wiring';
import { type CheckTools, checkOutputs, sampleWithinMs } from './tools';

interface NamedInput {
  name: string;
  wiring: AnalogWiring;
}

/** Volts at each input that the board uses, a line for each converter. */
export async function checkConverters(tools: CheckTools, board: Board): Promise<void> {
  const inputs = analogInputs(board);
  const addresses = [...new Set(inputs.map(({ wiring }) => wiring.address))].sort((a, b) => a - b);
  for (const address of addresses) {
    const part = `ADC 0x${address.toString(16)}`;
    const samples = await sampleAll(
      tools,
      address,
      inputs.filter(({ wiring }) => wiring.address === address),
    );
    const [broken] = samples.filter(({ sample }) => sample?.kind !== 'volts');
    if (!broken) {
      tools.findings.ok(
        part,
        samples.map(({ name, input, sample }) => `A${input} ${voltsOf(sample)} (${name})`).join(', '),
      );
    } else {
      const reason = broken.sample?.kind === 'invalid' ? broken.sample.reason : 'no sample came';
      const everything = samples.every(({ sample }) => sample?.kind !== 'volts');
      if (everything) tools.lostConverters.set(address, reason);
      tools.findings.fail(part, everything ? reason : `A${broken.input} (${broken.name}): ${reason}`);
    }
  }
}

function analogInputs(board: Board): NamedInput[] {
  return connectorsOf(board).flatMap(({ connectorId, socket: { wiring } }) => {
    const { pilot, proximity, thermometer } = wiring ?? {};
    const rows = [
      ['pilot high', pilot?.high],
      ['pilot low', pilot?.low],
      ['proximity', proximity],
      ['temperature', thermometer],
    ] as const;
    return rows.flatMap(([name, input]) => (input ? [{ name: `${connectorId} ${name}`, wiring: input }] : []));
  });
}

async function sampleAll(tools: CheckTools, address: number, inputs: readonly NamedInput[]) {
  const newest = new Map<AdsInput, AdsSample>();
  const sampler = tools.sampler(address);
  const cancels = inputs.map(({ wiring: { input } }) =>
    sampler.add(input, 'slow', (sample) => newest.set(input, sample)),
  );
  await tools.wait(sampleWithinMs);
  for (const cancel of cancels) cancel();
  return inputs.map(({ name, wiring: { input } }) => ({ name, input, sample: newest.get(input) }));
}

function voltsOf(sample: AdsSample | undefined): string {
  return sample?.kind === 'volts' ? `${sample.volts.toFixed(3)} V` : '?';
}

/** The chip is asked for its version and begun; no card is needed. */
export function checkReader(tools: CheckTools, side: string, { device, reset }: CardReaderWiring): void {
  const part = `${side} card reader`;
  const { machine, findings, gpio } = tools;
  let line: OutputLine | undefined;
  let bus: SpiBus | undefined;
  try {
    line = reset && gpio.output(reset);
    const library = machine.cardLibrary();
    bus = machine.spi(device);
    const reader = new Mfrc522(bus, library, line);
    reader.begin();
    const version = reader.version();
    if (version.kind === 'absent') findings.fail(part, `${device}: ${version.reason}`);
    else if (version.kind === 'unknown') findings.note(part, `${device}: ${version.name}, used as an MFRC522`);
    else findings.ok(part, `${device}: ${version.name} (0x${version.value.toString(16)})`);
  } catch (error) {
    findings.fail(part, error);
  } finally {
    bus?.close();
    letGo(line);
  }
}

function letGo(line: OutputLine | undefined): void {
  try {
    line?.release();
  } catch {
    // The line is lost; that every output is safe is checked at the end.
  }
}

/** Supply, button, pulse, watchdog, network; those that the board has. */
export async function checkStation(tools: CheckTools): Promise<void> {
  const { supply, resetButton, pulse, watchdog, network, wifi } = tools.hardware;
  if (supply) await checkSupply(tools, supply);
  if (resetButton) checkButton(tools, resetButton);
  // At rest the charge pump gives no supply to any coil.
  if (pulse) checkOutputs(tools, 'coil pulse', { line: pulse });
  if (watchdog) checkWatchdog(tools, watchdog.device);
  if (network !== undefined) checkNetwork(tools, network);
  if (wifi !== undefined) checkNetwork(tools, wifi, 'mayBeOff');
}

async function checkSupply(tools: CheckTools, line: LineWiring): Promise<void> {
  const { findings } = tools;
  const part = 'supply monitor';
  const lines: string[] = [];
  try {
    const monitor = new GpioSupplyMonitor(line, tools.context(lines));
    const seen = await tools.first(monitor, () => true);
    monitor.release();
    if (!seen) findings.failOr(part, lines[0], 'its line cannot be read');
    else if (seen.value === 'present') findings.ok(part, 'mains present');
    else findings.note(part, 'mains lost; with mains on, look at the monitor and at activeLow');
  } catch (error) {
    findings.fail(part, error);
  }
}

function checkButton(tools: CheckTools, line: LineWiring): void {
  const part = 'reset button';
  try {
    const input = tools.gpio.input(line);
    const pressed = input.read();
    input.release();
    if (pressed) tools.findings.note(part, 'pressed; if nobody holds it, look for a short circuit and at activeLow');
    else tools.findings.ok(part, 'not pressed');
  } catch (error) {
    tools.findings.fail(part, error);
  }
}

function checkWatchdog({ findings }: CheckTools, device: string): void {
  const part = 'watchdog';
  try {
    accessSync(device, constants.W_OK);
    findings.ok(part, `${device} is there (not opened: that would start its countdown)`);
  } catch (error) {
    const denied = systemCode(error) === 'EACCES';
    findings.wrong(
      part,
      denied
        ? `${device}: this user may not open it: add the user to group watchdog, with the udev rule of board/pi`
        : `there is no ${device}: load the driver of the watchdog (on a Raspberry Pi: dtparam=watchdog=on)`,
    );
  }
}

function checkNetwork({ findings, machine }: CheckTools, name: string, use?: 'mayBeOff'): void {
  const part = `network ${name}`;
  const { address, netmask, gateway } = addressesOf(name, machine.interfaces);
  if (address !== '') {
    findings.ok(part, `${address}, netmask ${netmask}${gateway === '' ? ', no gateway' : `, gateway ${gateway}`}`);
    return;
  }
  const others = Object.keys(machine.interfaces()).join(', ') || 'none';
  const question = use === 'mayBeOff' ? 'is it on' : 'is the cable in';
  const line = `it has no IPv4 address: ${question}, and the name right? Interfaces with addresses: ${others}`;
  if (use === 'mayBeOff') findings.note(part, line);
  else findings.wrong(part, line);
}
