//! A device in a process of its own that syncs once and is killed when it is about to move its mark:
//! `gun FOLDER DEVICE`.

use lotline_tests::gun::{Folder, Gun, LONG};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(device)) = (arguments.next(), arguments.next()) else {
        return Err("gun FOLDER DEVICE".into());
    };
    let gun = Gun::doomed(&device.parse()?, Folder::Of(folder.into()));
    println!("{:?}", gun.syncer.sync_now(LONG));
    Ok(())
}
