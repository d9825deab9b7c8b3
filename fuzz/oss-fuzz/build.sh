#!/bin/bash -eu
# The steps are those of ClusterFuzzLite, and kept with the targets.
exec bash -eux "$SRC/resp-machine/.clusterfuzzlite/build.sh"
