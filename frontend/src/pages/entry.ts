// What the navigation and the palette need to know of a page.
import type { LucideIcon } from "lucide-react";

export const GROUPS = ["Now", "Act", "Ahead", "Data", "More"] as const;

export interface Entry {
  to: string;
  label: string;
  icon: LucideIcon;
  group: (typeof GROUPS)[number];
}
