// Whether the table's own box, not the window, is too narrow for columns.
import { type RefObject, useLayoutEffect, useState } from "react";

const NARROW_PX = 600;

export function useNarrow(box: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const node = box.current;
    if (!node) return;
    const look = () => setNarrow(node.clientWidth > 0 && node.clientWidth < NARROW_PX);
    look();
    const watch = new ResizeObserver(look);
    watch.observe(node);
    return () => watch.disconnect();
  }, [box]);
  return narrow;
}
