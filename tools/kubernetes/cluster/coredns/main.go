// The name server of the test node: CoreDNS with the plugins that its Corefile names, and no other.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"

	"github.com/coredns/coredns/coremain"
)

// The order in which a query passes them.
var plugins = []string{"bind", "ready", "errors", "cache", "hosts", "kubernetes"}

func main() {
	dnsserver.Directives = plugins
	coremain.Run()
}
