/** Simulated devices at the wire, and the hand that makes them misbehave. */
import assert from 'node:assert/strict';
import { program, startProgram } from './hub.mjs';

const DEVICES = program('duken-devices', 'DUKEN_DEVICES_BIN');
/** Why a test of devices is left out, or false: the value of its `skip`. */
export const missingDevices =
  DEVICES === null ? 'no duken-devices: build it or name it in DUKEN_DEVICES_BIN' : false;

/** Starts devices with these arguments: what they said of themselves, and their control. They end with the test. */
export async function startDevices(t, ...args) {
  const devices = startProgram(DEVICES, ['--http', '127.0.0.1:0', ...args]);
  t.after(() => devices.end('SIGTERM'));
  const told = await devices.ready;
  const control = async (method, path, body) => {
    const response = await fetch(`${told.http}/control${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  };
  return { told, control };
}
