// The root of all routes. Pages hang theirs on it; the shell is put around them in router.tsx.
import { createRootRoute } from "@tanstack/react-router";

export const root = createRootRoute();
