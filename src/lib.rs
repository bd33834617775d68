//! dockgen turns a repository into a container image the right way.
