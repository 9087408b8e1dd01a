// The server's wall clock as this page can know it. Desks are often minutes off,
// and "evidence older than 8 s" must not depend on that.

export class Clock {
  #local;
  #skew = null; // server minus local, ms

  constructor(local = () => Date.now()) {
    this.#local = local;
  }

  // answered takes the Date header of an answer that has just come. It counts
  // whole seconds, so its middle is the best guess.
  answered(dateHeader) {
    const server = Date.parse(dateHeader ?? "");
    if (Number.isFinite(server)) this.#skew = server + 500 - this.#local();
  }

  // saw takes the time of an event: it happened before it arrived, so the server
  // cannot be behind it.
  saw(eventTime) {
    if (!Number.isFinite(eventTime)) return;
    const least = eventTime - this.#local();
    if (this.#skew === null || least > this.#skew) this.#skew = least;
  }

  now() {
    return this.#local() + (this.#skew ?? 0);
  }
}
