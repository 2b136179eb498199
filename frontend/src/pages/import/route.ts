// Import: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/import", label: "Import", icon: Upload, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/import",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const routes = [route] as const;
