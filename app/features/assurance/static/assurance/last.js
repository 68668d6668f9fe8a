/** Which second factor this browser has shown last: a name, and nothing of whose it is. */
const KEY = "flaskport_second_factor";

/** Null: none yet, or the browser keeps nothing. */
export function lastMethod() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function rememberMethod(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Then the first one is shown again.
  }
}
