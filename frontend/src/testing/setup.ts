// What jsdom lacks and the components stand on: sizes, observers, media queries.
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// waits end as soon as what they wait for is there; this is how long a busy machine has
configure({ asyncUtilTimeout: 10_000 });

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", NoObserver);
  vi.stubGlobal("scrollTo", () => undefined);
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
  // a virtual list shows what fits, by the height of its box and rows; in a page without layout both are nothing
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(33);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
});

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
});
