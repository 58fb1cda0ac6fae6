/**
 * The device tokens of the people who signed in with this browser. They are kept where they
 * survive a restart of the browser, for that is when they are needed. They open nothing alone:
 * with one, wrong passwords of strangers do not make its user wait.
 */

const DEVICES_KEY = 'portal-devices';
/** The number of people who share a browser without saying that it is shared. */
const PEOPLE_MAX = 5;

type Devices = Readonly<Record<string, string>>;

function read(window: Window): Devices {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(DEVICES_KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    const entries = Object.entries(kept).filter(([, token]) => typeof token === 'string');
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

function write(window: Window, devices: Devices): void {
  try {
    if (Object.keys(devices).length === 0) window.localStorage.removeItem(DEVICES_KEY);
    else window.localStorage.setItem(DEVICES_KEY, JSON.stringify(devices));
  } catch {
    // A browser that keeps nothing is a new device each time.
  }
}

/**
 * Returns the token of a user who signed in with this browser, or else the newest one of another:
 * it counts for no other name, and shows that a temporary password is used on its issuer's device.
 * @returns undefined if no user has signed in with this browser
 */
export function deviceTokenOf(window: Window, userName: string): string | undefined {
  const devices = read(window);
  const name = userName.toLowerCase();
  return Object.hasOwn(devices, name) ? devices[name] : Object.values(devices).at(-1);
}

/** Keeps the newest token of a user, and forgets the user who was here longest ago. */
export function keepDeviceToken(window: Window, userName: string, token: string): void {
  const { [userName]: _, ...others } = read(window);
  const entries = [...Object.entries(others), [userName, token]].slice(-PEOPLE_MAX);
  write(window, Object.fromEntries(entries));
}

export function forgetDeviceToken(window: Window, userName: string): void {
  const { [userName]: _, ...others } = read(window);
  write(window, others);
}
