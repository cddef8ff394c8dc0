/** The lines of a Raspberry Pi's header at which its PWM comes out, which no part but a pilot can have then. */

/** What a board calls the PWM of the header, whatever the model of Pi. */
export const headerPwm = 'header';

/** Devices of the same: BCM2835 to BCM2837, BCM2711, RP1. The second chip of a BCM2711 is for sound, that of RP1 for the fan. */
const headerDevices = ['2020c000.pwm', '3f20c000.pwm', 'fe20c000.pwm', '1f00098000.pwm'];

export function isHeaderPwm(chip: string): boolean {
  return chip === headerPwm || headerDevices.includes(chip);
}

/** As `board/pi/config.txt` sets the first two; RP1 has 18 and 19 as channels of their own. */
const linesOfChannels = [12, 13, 18, 19];

/** Undefined for a chip that is not known to be that of the header, such as `pwmchip0`. */
export function pwmLineOf(chip: string, channel: number): number | undefined {
  return isHeaderPwm(chip) ? linesOfChannels[channel] : undefined;
}
