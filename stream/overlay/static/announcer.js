// What a screen reader is told: seldom, and only what matters. Two things within
// the pause become the newer one.

const pause = 4000; // ms between two announcements

export function announcer(region, now = () => performance.now()) {
  let last = -Infinity;
  let timer = 0;
  let said = "";
  const speak = (text) => {
    last = now();
    said = text;
    region.textContent = text;
  };
  return (text) => {
    clearTimeout(timer);
    if (text === "" || text === said) return;
    const wait = last + pause - now();
    if (wait <= 0) speak(text);
    else timer = setTimeout(() => speak(text), wait);
  };
}
