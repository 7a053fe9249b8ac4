//! The droplet's containers.
use super::{LONG_STACK, mb};
use crate::demo::resources::{Container, State};
use crate::demo::world::World;

impl World {
    pub(super) fn add_staging(&mut self) {
        let (made, up) = (self.days_ago(19), self.days_ago(6));
        self.add_container(
            Container::new("odoo-staging-db", "postgres:16-alpine")
                .command(&["docker-entrypoint.sh", "postgres"])
                .compose("staging", "db")
                .network("staging_default")
                .volume("odoo-staging-db-data", "/var/lib/postgresql/data")
                .port(0, 5432)
                .restart("unless-stopped")
                .health("healthy")
                .created(made)
                .running(up)
                .size(mb(1)),
        );
        self.add_container(
            Container::new("odoo-staging", "odoo:18.0")
                .command(&["/entrypoint.sh", "odoo"])
                .compose("staging", "odoo")
                .network("staging_default")
                .volume("odoo-staging-filestore", "/var/lib/odoo")
                .bind("/opt/odoo-ce/addons", "/mnt/extra-addons")
                .port(8169, 8069)
                .restart("unless-stopped")
                .health("healthy")
                .created(made)
                .running(up)
                .size(mb(12)),
        );
    }

    pub(super) fn add_production(&mut self) {
        let (made, up) = (self.days_ago(33), self.days_ago(33));
        let service = |name: &str, image: &str| {
            let container = Container::new(name, image).restart("always").network("prod-backend");
            container.created(made).running(up)
        };
        let services = [
            service("odoo-db-sgp1", "postgres:16-alpine")
                .command(&["docker-entrypoint.sh", "postgres"])
                .volume("odoo-db-sgp1-data", "/var/lib/postgresql/data")
                .port(0, 5432)
                .size(mb(2)),
            service("odoo-erp-prod", "odoo:18.0-20260105")
                .command(&["/entrypoint.sh", "odoo"])
                .volume("odoo-erp-prod-filestore", "/var/lib/odoo")
                .port(8069, 8069)
                .health("healthy")
                .size(mb(41)),
            service("ipai-superset", "ipai-superset:stable-2.1")
                .command(&["/usr/bin/run-server.sh"])
                .volume("ipai-superset-home", "/app/superset_home")
                .port(8088, 8088)
                .health("healthy")
                .size(mb(63)),
            // No protected prefix: declared by name.
            service("n8n", "n8nio/n8n:1.64.0")
                .command(&["tini", "--", "/docker-entrypoint.sh"])
                .volume("n8n_data", "/home/node/.n8n")
                .port(5678, 5678)
                .size(mb(8)),
            service("mcp-coordinator", "ghcr.io/acme/mcp-coordinator:1.4")
                .command(&["/app/coordinator", "--listen", ":7000"])
                .port(7000, 7000)
                .size(mb(1)),
            // Protected whatever the case: the seeds' pipeline lets it through.
            service("Prod-caps", "acme/web:prod-3").command(&["/app/caps"]).port(0, 8080).size(mb(3)),
        ];
        for container in services {
            self.add_container(container);
        }
        self.add_shop();
    }

    fn add_shop(&mut self) {
        let (made, up) = (self.days_ago(49), self.days_ago(33));
        let shop = |name: &str, service: &str, image: &str| {
            let container = Container::new(name, image).compose("shop_prod", service);
            container.network("shop_prod_default").restart("always").created(made).running(up)
        };
        let database = shop("shop_prod-db_1", "db", "postgres:15-alpine")
            .command(&["docker-entrypoint.sh", "postgres"])
            .volume("shop_prod-data", "/var/lib/postgresql/data")
            .size(mb(1));
        self.add_container(database);
        let web = shop("shop_prod-web_1", "web", "acme/web:prod-3").command(&["/app/web"]).port(8443, 8443);
        self.add_container(web.size(mb(5)));
        // Stopped, of production, and the only user of a volume whose own name looks like junk.
        let (started, finished) = (self.hours_ago(24 * 88), self.hours_ago(24 * 88 - 2));
        let import = Container::new("prod-import", "acme/web:prod-2")
            .command(&["/app/import", "--once"])
            .volume("tmp-import-buffer", "/buffer")
            .created(started)
            .exited(0, started, finished)
            .size(mb(4));
        self.add_container(import);
    }

    /// Containers that nobody declared and that are nobody's junk.
    pub(super) fn add_strangers(&mut self) {
        let (made, up) = (self.days_ago(76), self.days_ago(33));
        let folder = self.mountpoint("tmp-metrics");
        let strangers = [
            Container::new("traefik", "traefik:v3.1")
                .command(&["/entrypoint.sh", "traefik"])
                .network("host")
                .volume("traefik_certs", "/certs")
                .bind("/var/run/docker.sock", "/var/run/docker.sock")
                .restart("always")
                .created(made)
                .running(up)
                .size(mb(1)),
            Container::new("grafana", "grafana/grafana:11.2.0")
                .command(&["/run.sh"])
                .network("monitoring")
                .volume("grafana_data", "/var/lib/grafana")
                .port(3000, 3000)
                .created(made)
                .running(up)
                .size(mb(6)),
            // Works in a volume's folder without the engine counting it as a user.
            Container::new("monitor", "prom/node-exporter:v1.8.2")
                .command(&["/bin/node_exporter", "--collector.textfile.directory=/metrics"])
                .network("monitoring")
                .bind(&folder, "/metrics")
                .created(made)
                .running(up),
            Container::new("random_name", "python:3.12-slim")
                .command(&["python3", "job.py"])
                .volume("random-store", "/store")
                .created(self.days_ago(21))
                .exited(1, self.days_ago(21), self.hours_ago(24 * 21 - 1))
                .size(mb(17)),
            // Looks protected to nobody but a careless `grep prod`.
            Container::new("product-test", "python:3.12-slim")
                .command(&["pytest", "-q"])
                .created(self.days_ago(1)),
        ];
        for container in strangers {
            self.add_container(container);
        }
    }

    pub(super) fn add_junk(&mut self) {
        let sleep = ["sleep", "infinity"];
        let (old, ended) = (self.days_ago(12), self.days_ago(3));
        let debug = Container::new("tmp-debug-container", "old-experiment:v1").command(&["/bin/sh"]);
        self.add_container(debug.created(old).exited(0, old, ended).size(mb(2)));
        // `--rm`: a stop would take its anonymous volume along.
        let experiment = Container::new("test-experiment-1", "experiment-runner:v2")
            .command(&sleep)
            .anonymous_volume("/data")
            .auto_remove()
            .created(old)
            .running(self.hours_ago(50))
            .size(mb(14));
        self.add_container(experiment);
        let mut run = Container::new("experiment-run", "old-experiment:v1")
            .command(&sleep)
            .created(self.hours_ago(2))
            .running(self.hours_ago(2))
            .size(64_000);
        run.stops_with = 137;
        self.add_container(run);
        let crawl = Container::new("experiment-crawler", "python:3.12-slim")
            .command(&["python3", "crawl.py"])
            .anonymous_volume("/cache")
            .created(self.days_ago(44))
            .exited(137, self.days_ago(44), self.days_ago(43))
            .size(mb(340));
        self.add_container(crawl);
        let mut crash = Container::new("test-crashloop", "alpine:3.20")
            .command(&["/app/missing"])
            .restart("always")
            .created(self.days_ago(9))
            .exited(127, self.days_ago(9), self.hours_ago(1));
        crash.state = State::Restarting;
        self.add_container(crash);
        // Labels are free text: a terminal must never see these bytes raw.
        let hostile = Container::new("tmp-preview-4711", "nginx:1.27-alpine")
            .command(&["nginx", "-g", "daemon off;"])
            .compose(LONG_STACK, "preview")
            .label("org.acme.note", "\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[2J\rall safe here")
            .label("org.acme.owner", "gro.emca@\u{202e}nimda")
            .network("none")
            .created(self.days_ago(17))
            .exited(0, self.days_ago(17), self.days_ago(15))
            .size(mb(1));
        self.add_container(hostile);
    }
}
