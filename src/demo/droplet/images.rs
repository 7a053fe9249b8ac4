//! The droplet's images.
use jiff::Timestamp;

use super::mb;
use crate::demo::resources::Image;
use crate::demo::world::World;

/// Base layers that many images share: df must count them once.
fn debian(image: Image) -> Image {
    image.shared_layer("debian:bookworm-slim", mb(74))
}

fn alpine(image: Image) -> Image {
    image.shared_layer("alpine:3.20", 7_800_000)
}

impl World {
    pub(super) fn add_droplet_images(&mut self) {
        self.add_stack_images();
        self.add_bystander_images();
        self.add_junk_images();
        self.add_shared_tags();
        self.add_build_chain();
    }

    /// What staging and production run, and the versions before.
    fn add_stack_images(&mut self) {
        let on_debian = [
            ("odoo:18.0", 1_640, 33),
            ("odoo:18.0-20260105", 1_638, 61),
            ("odoo:18.0-20251210", 1_622, 96),
            ("ipai-superset:stable-2.1", 2_210, 58),
            ("ipai-superset:stable-2.0", 2_187, 171),
            ("acme/web:prod-3", 318, 12),
            ("acme/web:prod-2", 311, 49),
            ("ghcr.io/acme/mcp-coordinator:1.4", 186, 27),
        ];
        for (tag, megabytes, days) in on_debian {
            let at = self.days_ago(days);
            let image = debian(Image::new(tag)).size(mb(megabytes)).created(at).tagged_at(at).pulled();
            self.add_image(image);
        }
        let on_alpine = [
            ("postgres:16-alpine", 241, 41),
            ("postgres:15-alpine", 233, 203),
            ("n8nio/n8n:1.64.0", 612, 36),
        ];
        for (tag, megabytes, days) in on_alpine {
            let at = self.days_ago(days);
            let image = alpine(Image::new(tag)).size(mb(megabytes)).created(at).tagged_at(at).pulled();
            self.add_image(image);
        }
    }

    /// What nobody declared and somebody may need.
    fn add_bystander_images(&mut self) {
        let bystanders = [
            ("nginx:1.27-alpine", 43, 88),
            ("redis:7-alpine", 33, 124),
            ("traefik:v3.1", 172, 76),
            ("grafana/grafana:11.2.0", 448, 64),
            ("prom/node-exporter:v1.8.2", 23, 140),
            ("alpine:3.20", 0, 118),
            ("python:3.12-slim", 131, 52),
        ];
        for (tag, megabytes, days) in bystanders {
            let at = self.days_ago(days);
            let mut image = alpine(Image::new(tag)).created(at).tagged_at(at).pulled();
            if megabytes > 0 {
                image = image.size(mb(megabytes));
            }
            self.add_image(image);
        }
    }

    fn add_junk_images(&mut self) {
        let junk = [
            ("old-experiment:v1", 14, 75),
            ("docker-extension:latest", 96, 44),
            ("mcp/github:latest", 152, 39),
            ("mcp/fetch:latest", 208, 39),
            ("experiment-import:v3", 388, 23),
        ];
        for (tag, megabytes, days) in junk {
            let at = self.days_ago(days);
            self.add_image(alpine(Image::new(tag)).size(mb(megabytes)).created(at).tagged_at(at));
        }
        // A reproducible build: its date proves nothing, and `docker load` left no time of the tag.
        let epoch =
            Image::new("test-reproducible:latest").size(mb(57)).created(Timestamp::UNIX_EPOCH).loaded();
        self.add_image(epoch);
        // Dangling: what a rebuild left behind.
        for (megabytes, days) in [(1_318, 9), (304, 12), (27, 49)] {
            let at = self.days_ago(days);
            self.add_image(debian(Image::untagged()).size(mb(megabytes)).created(at).tagged_at(at));
        }
    }

    /// One ID, several tags: a safe one beside a protected one protects both; two safe ones go one by one.
    fn add_shared_tags(&mut self) {
        let at = self.days_ago(67);
        let mixed = debian(Image::new("tmp-hotfix:1")).tag("acme/web:prod-1").size(mb(305));
        self.add_image(mixed.created(at).tagged_at(at));
        let both = alpine(Image::new("test-runner:latest")).tag("experiment-runner:v2").size(mb(119));
        self.add_image(both.created(at).tagged_at(at));
    }

    /// A build of the old kind: deleting the child takes its untagged parents along unless told not to, and a
    /// parent with a child does not go at all.
    fn add_build_chain(&mut self) {
        let at = self.days_ago(30);
        let stage = |image: Image| image.created(at).tagged_at(at);
        let base = self.add_image(stage(alpine(Image::untagged())).size(mb(61)));
        let middle = self.add_image(stage(Image::untagged()).parent(&base).size(mb(22)));
        self.add_image(stage(Image::new("test-chain:latest")).parent(&middle).size(mb(3)));
        let tool = self.add_image(stage(alpine(Image::new("tmp-toolbox:1"))).size(mb(48)));
        self.add_image(stage(Image::new("acme/toolbox:2")).parent(&tool).size(mb(5)));
    }
}
