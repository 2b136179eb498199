// How a page changes something: sends it, says what came of it, asks again what it touches.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "@/ui/toast";
import { refresh } from "./ask";
import { send } from "./client";
import type { Problem } from "./problem";
import type { Answer, Doing, Method, Operation, PathWith } from "./types";

interface Outcome<A> {
  /** What to say when it is done; a function of the answer where that tells more. Nothing is said without it. */
  done?: string | ((answer: A) => string);
  /** Paths whose answers are other ones now, such as "/alerts". */
  touches?: string[];
  onDone?: (answer: A) => void;
  /** Where the form shows the problem itself, no toast is needed. */
  quiet?: boolean;
}

/** `const acknowledge = useAction("post", "/alerts/{alert_id}/acknowledge", { done: "Acknowledged", touches: ["/alerts"] })` */
export function useAction<M extends Exclude<Method, "get">, P extends PathWith<M>>(
  method: M,
  path: P,
  { done, touches = [], onDone, quiet = false }: Outcome<Answer<Operation<P, M>>> = {},
) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation<Answer<Operation<P, M>>, Problem, Doing<Operation<P, M>>>({
    mutationFn: async (given) => (await send(method, path, given)).data,
    onSuccess: async (answer) => {
      const words = typeof done === "function" ? done(answer) : done;
      if (words) toast.say(words);
      onDone?.(answer);
      await refresh(queries, ...touches);
    },
    onError: (problem) => {
      if (!quiet) toast.complain(problem.message, problem.remedy);
    },
  });
}
