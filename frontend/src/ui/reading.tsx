// What is read beside its list: it takes the focus as it opens, so that who does not see it hears of it.
import { type ReactNode, useEffect, useRef } from "react";

export function Reading({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // the list keeps its place; only where it is out of sight is it worth moving
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView?.({ block: "nearest" });
  }, []);
  return (
    <div ref={box} tabIndex={-1} className="min-w-0 space-y-4 focus:outline-none">
      {children}
    </div>
  );
}
