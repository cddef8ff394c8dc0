/** The board of a rig whose devices are nowhere. */

/** Names that no machine has, so that even on a rig nothing is touched. */
export const bareRig = `name: bare-rig
drivers: pi
vendor: Legrand
model: "059004"
serialNumber: "260988"
firmwareVersion: V01.01.65/V01.01.08
hardware:
  gpio:
    chips:
      - { name: header, labels: [no-such-gpio] }
  i2c: { bus: 98 }
  serial:
    - { name: meters, path: /dev/no-such-serial-port, baudRate: 9600 }
  watchdog: { device: /dev/no-such-watchdog, timeout: 10 }
  pulse: { line: 24 }
points:
  - side: right
    installationCurrent: 32
    wiring:
      cardReader: { device: /dev/spidev98.7 }
    sockets:
      - mode: mode3
        phases: 1
        ratedCurrent: 32
        residualCurrentMonitor: false
        thermometer: false
        wiring:
          contactor: { coil: { line: 17 }, feedback: { line: 5 } }
          pilot:
            pwm: { chip: no-such-pwm, channel: 0 }
            high: { address: 0x48, input: 0, gain: 8.9, offset: -14.6 }
            low: { address: 0x48, input: 1, gain: 8.9, offset: -14.6 }
          proximity: { address: 0x48, input: 2, pullUp: 1000, supply: 3.3 }
          lock: { lock: { line: 22 }, unlock: { line: 23 }, feedback: { line: 6 } }
          meter: { bus: meters, unit: 1, map: eastron-sdm120 }
`;
