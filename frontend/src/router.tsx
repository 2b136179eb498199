// All addresses of the dashboard, under /app.
import { createRouter, type RouterHistory } from "@tanstack/react-router";
import { routes } from "./pages";
import { root } from "./root";
import { NotFound, PageFailed } from "./shell/fallbacks";
import { Shell } from "./shell/Shell";
import { Loading } from "./ui/panel";

root.update({ component: Shell, notFoundComponent: NotFound });
const tree = root.addChildren(routes);

export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    basepath: "/app",
    history,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    defaultPendingComponent: () => (
      <div className="p-6">
        <Loading lines={6} what="the page" />
      </div>
    ),
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
