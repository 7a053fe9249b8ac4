//! The droplet's volumes and networks.
use super::{LONG_STACK, mb};
use crate::demo::resources::{Network, Volume};
use crate::demo::world::World;

impl World {
    pub(super) fn add_droplet_networks(&mut self) {
        let networks = [
            (Network::new("staging_default").compose("staging", "default"), 61),
            (Network::new("prod-backend"), 190),
            (Network::new("shop_prod_default").compose("shop_prod", "default"), 171),
            (Network::new("monitoring"), 140),
            // Nobody is in these two any more.
            (Network::new("test-network"), 74),
            (Network::new(&format!("{}_default", &LONG_STACK[..28])).compose(LONG_STACK, "default"), 17),
        ];
        for (network, days) in networks {
            let network = network.created(self.days_ago(days));
            self.add_network(network);
        }
    }

    pub(super) fn add_droplet_volumes(&mut self) {
        let volumes = [
            (Volume::new("odoo-staging-db-data").compose("staging", "odoo-staging-db-data"), 1_843, 61),
            (Volume::new("odoo-staging-filestore").compose("staging", "odoo-staging-filestore"), 3_276, 61),
            (Volume::new("odoo-erp-prod-filestore"), 18_220, 190),
            (Volume::new("odoo-db-sgp1-data"), 24_610, 190),
            // Unused at the moment, and still production's.
            (Volume::new("prod_pgdata"), 9_140, 204),
            (Volume::new("ipai-superset-home"), 412, 171),
            (Volume::new("n8n_data"), 288, 140),
            (Volume::new("shop_prod-data").compose("shop_prod", "data"), 5_130, 171),
            (Volume::new("traefik_certs"), 1, 140),
            (Volume::new("grafana_data"), 94, 140),
            // Named like junk; a stopped production container uses it.
            (Volume::new("tmp-import-buffer"), 731, 88),
            // Named like junk; `monitor` works in its folder through a bind mount.
            (Volume::new("tmp-metrics"), 215, 52),
            // Nobody declared it; only an unknown container uses it.
            (Volume::new("random-store"), 66, 21),
            (Volume::new("tmp-cache"), 1_204, 44),
            (Volume::new("test-fixtures").file("orders.csv", "id,total\n1,9.50\n"), 38, 75),
            (Volume::new("test-pg-data"), 512, 75),
            (Volume::new("old-volume-xyz"), 2_048, 203),
            (Volume::new(&format!("{}_data", &LONG_STACK[..40])).compose(LONG_STACK, "data"), 27, 17),
        ];
        for (volume, megabytes, days) in volumes {
            let volume = volume.size(mb(megabytes)).created(self.days_ago(days));
            self.add_volume(volume);
        }
        // Deleting it would not even contact the server; its size is in no df.
        let nfs = Volume::new("nfs-backups")
            .option("type", "nfs")
            .option("o", "addr=10.130.0.5,ro,nfsvers=4")
            .option("device", ":/exports/backups")
            .created(self.days_ago(190));
        self.add_volume(nfs);
        // Its folder is gone: the engine knows no date.
        self.add_volume(Volume::new("test-lost-folder").without_folder());
        // Anonymous ones that removed containers left behind.
        for (megabytes, days) in [(148, 96), (3, 33)] {
            let volume = Volume::new("").size(mb(megabytes)).created(self.days_ago(days));
            self.add_volume(volume);
        }
    }
}
