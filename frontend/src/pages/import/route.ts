// Import: where it is and what its address carries. The file itself stays with the browser and is in no address.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/import", label: "Import", icon: Upload, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/import",
  // the source whose mapping is used, the job that is open, the order of the jobs
  ...searchOf({ source: text(), job: text(), sort: text() }),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const routes = [route] as const;
