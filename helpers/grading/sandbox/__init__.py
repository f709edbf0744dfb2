"""Where a submission runs: bubblewrap, namespaces, limits, and a watchman outside its reach.

From the outside in:

- `client`: `open_sandbox`, and the `Sandbox` that the engine talks to;
- `view`, `staging`: the bubblewrap command around the warm template, also where root starts it;
- `room`: one submission's own namespaces; `supervisor`: its trusted process 1;
- `item`: the process in which one item runs, and how it gives up every right before;
- `tree`, `cgroups`: what the processes of an item use;
- `namespaces`, `seccomp`: the system calls for it.
"""
