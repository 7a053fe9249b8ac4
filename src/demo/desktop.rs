//! The MacBook of the demo: an Odoo development stack among what a year of trying things out left behind.
use std::time::Duration;

use jiff::Timestamp;

use super::resources::{BuildCache, Container, Image, Network, Volume};
use super::world::{World, hash};

fn mb(megabytes: u64) -> u64 {
    megabytes * 1_000_000
}

impl World {
    /// A developer's Docker Desktop. It is the same for every `now` of one day (UTC).
    pub fn desktop(now: Timestamp) -> World {
        let mut world = World::empty(now);
        "DESK:TOPM:ACBO:OKPR:OQ2X:7LVN:D4HS:U3KB:R6WE:C5JA:Z2TG:F7YM".clone_into(&mut world.engine.id);
        "docker-desktop".clone_into(&mut world.engine.name);
        "Docker Desktop".clone_into(&mut world.engine.operating_system);
        world.engine.cpus = 8;
        world.engine.memory = 8 << 30;
        world.df_delay = Duration::from_millis(600);
        world.add_desktop_images();
        world.add_desktop_storage();
        world.add_sandbox();
        world.add_other_projects();
        let created = world.days_ago(26);
        world.build_cache.push(BuildCache {
            id: hash(&["desktop cache"])[..25].to_owned(),
            description: "mount / from exec /bin/sh -c npm ci".to_owned(),
            size: mb(1_870),
            in_use: false,
            shared: false,
            created,
            last_used: Some(created),
            usage_count: 3,
        });
        world.forget_events();
        world
    }

    fn add_desktop_images(&mut self) {
        let images = [
            ("odoo:18.0", 1_640, 12),
            ("odoo:17.0", 1_588, 143),
            ("postgres:16-alpine", 241, 41),
            ("postgres:16.4", 432, 88),
            ("axllent/mailpit:v1.20", 31, 52),
            ("dpage/pgadmin4:8.11", 508, 60),
            ("docker/disk-usage-docker-extension:0.2.9", 6, 97),
            ("docker/logs-explorer-docker-extension:0.2.2", 18, 97),
            ("acme/mailhog-docker-extension:1.0.1", 22, 160),
            ("mcp/github:latest", 152, 31),
            ("mcp/fetch:latest", 208, 31),
            ("mcp/postgres:latest", 163, 9),
            ("artifision/vm:2.4", 911, 77),
            ("artifision/toolbox:latest", 388, 77),
            ("node:20-alpine", 133, 118),
            ("redis:7-alpine", 33, 124),
            ("mysql:8.0", 589, 190),
            ("hello-world:latest", 1, 201),
            // Protected by its tag, wherever it is.
            ("acme/web:prod-3", 318, 12),
        ];
        for (tag, megabytes, days) in images {
            let at = self.days_ago(days);
            let image = Image::new(tag).shared_layer("debian:bookworm-slim", mb(74)).size(mb(megabytes));
            self.add_image(image.created(at).tagged_at(at).pulled());
        }
        for (megabytes, days) in [(1_104, 26), (612, 26), (58, 3)] {
            let at = self.days_ago(days);
            self.add_image(Image::untagged().size(mb(megabytes)).created(at).tagged_at(at));
        }
    }

    fn add_desktop_storage(&mut self) {
        let network =
            Network::new("odoo-dev_default").compose("odoo-dev", "default").created(self.days_ago(60));
        self.add_network(network);
        let network = Network::new("blog_default").compose("blog", "default").created(self.days_ago(118));
        self.add_network(network);
        let volumes = [
            (Volume::new("odoo-dev-db-data").compose("odoo-dev", "db-data"), 612, 60),
            (Volume::new("odoo-dev-filestore").compose("odoo-dev", "filestore"), 1_430, 60),
            (Volume::new("odoo-pgadmin-data").compose("odoo-dev", "pgadmin"), 4, 60),
            (Volume::new("blog_mysql").compose("blog", "mysql"), 388, 118),
            (Volume::new("node_modules_cache"), 940, 118),
            (Volume::new(""), 212, 143),
            (Volume::new(""), 48, 77),
            (Volume::new(""), 1, 9),
        ];
        for (volume, megabytes, days) in volumes {
            let volume = volume.size(mb(megabytes)).created(self.days_ago(days));
            self.add_volume(volume);
        }
    }

    fn add_sandbox(&mut self) {
        let (made, up) = (self.days_ago(12), self.hours_ago(5));
        let service = |name: &str, image: &str, service: &str| {
            let container = Container::new(name, image).compose("odoo-dev", service);
            container.network("odoo-dev_default").created(made).running(up)
        };
        let services = [
            service("odoo-dev-db", "postgres:16-alpine", "db")
                .command(&["docker-entrypoint.sh", "postgres"])
                .volume("odoo-dev-db-data", "/var/lib/postgresql/data")
                .health("healthy")
                .size(mb(1)),
            service("odoo-dev", "odoo:18.0", "odoo")
                .command(&["/entrypoint.sh", "odoo", "--dev=all"])
                .volume("odoo-dev-filestore", "/var/lib/odoo")
                .bind("/Users/dev/odoo-ce/addons", "/mnt/extra-addons")
                .port(8069, 8069)
                .size(mb(27)),
            service("odoo-mailpit", "axllent/mailpit:v1.20", "mailpit")
                .command(&["/mailpit"])
                .port(8025, 8025)
                .size(64_000),
            service("odoo-pgadmin", "dpage/pgadmin4:8.11", "pgadmin")
                .command(&["/entrypoint.sh"])
                .volume("odoo-pgadmin-data", "/var/lib/pgadmin")
                .port(5050, 80)
                .size(mb(9)),
        ];
        for container in services {
            self.add_container(container);
        }
    }

    fn add_other_projects(&mut self) {
        let (made, ended) = (self.days_ago(118), self.days_ago(101));
        let blog = Container::new("blog-db-1", "mysql:8.0")
            .command(&["docker-entrypoint.sh", "mysqld"])
            .compose("blog", "db")
            .network("blog_default")
            .volume("blog_mysql", "/var/lib/mysql")
            .created(made)
            .exited(0, made, ended)
            .size(mb(3));
        self.add_container(blog);
        let web = Container::new("blog-web-1", "node:20-alpine")
            .command(&["npm", "run", "dev"])
            .compose("blog", "web")
            .network("blog_default")
            .volume("node_modules_cache", "/app/node_modules")
            .created(made)
            .exited(143, made, ended)
            .size(mb(58));
        self.add_container(web);
        let greeting = self.days_ago(77);
        let hello = Container::new("naughty_hopper", "hello-world:latest").command(&["/hello"]);
        self.add_container(hello.created(greeting).exited(0, greeting, greeting));
        let tool = Container::new("artifision-vm", "artifision/vm:2.4")
            .command(&["/vm"])
            .anonymous_volume("/state")
            .created(greeting)
            .exited(0, greeting, self.days_ago(70))
            .size(mb(121));
        self.add_container(tool);
    }
}
