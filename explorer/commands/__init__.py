"""The subcommands of `resnet-explorer`, one module each."""
