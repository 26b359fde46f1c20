//! What an entry is called and what it is about.

use super::{Body, Load, LockedOut, Seen, Signature};
use crate::model::{Goods, PlateId, RunId, Scope};

impl Body {
    /// The word on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Body::Received { .. } => "received",
            Body::Damaged { .. } => "damaged",
            Body::Returned { .. } => "returned",
            Body::Verified { .. } => "verified",
            Body::Lifted { .. } => "lifted",
            Body::Dropped { .. } => "dropped",
            Body::Picked { .. } => "picked",
            Body::SetAside { .. } => "set_aside",
            Body::Adjusted { .. } => "adjusted",
            Body::Consumed { .. } => "consumed",
            Body::Produced { .. } => "produced",
            Body::Disposed { .. } => "disposed",
            Body::Counted { .. } => "counted",
            Body::Loaded { .. } => "loaded",
            Body::Shipped { .. } => "shipped",
            Body::LoadBegun { .. } => "load_begun",
            Body::StaleAccepted { .. } => "stale_accepted",
            Body::Overridden { .. } => "overridden",
            Body::Shorted { .. } => "shorted",
            Body::ShipConfirmed { .. } => "ship_confirmed",
            Body::PlateBuilt { .. } => "plate_built",
            Body::PlateBroken { .. } => "plate_broken",
            Body::Packed { .. } => "packed",
            Body::CartonClosed { .. } => "carton_closed",
            Body::PackVerified { .. } => "pack_verified",
            Body::Relabelled { .. } => "relabelled",
            Body::Printed { .. } => "printed",
            Body::Recounted { .. } => "recounted",
            Body::Swept { .. } => "swept",
            Body::Measured { .. } => "measured",
            Body::Seen(_) => "seen",
            Body::Refused { .. } => "refused",
            Body::SignedIn => "signed_in",
            Body::SignedOut { .. } => "signed_out",
            Body::SignInRefused { .. } => "sign_in_refused",
            Body::Preferred { .. } => "preferred",
            Body::Task(_) => "task",
            Body::Opened { .. } => "opened",
            Body::Closed { .. } => "closed",
            Body::Raised { .. } => "raised",
            Body::Resolved { .. } => "resolved",
            Body::Inspected(_) => "inspected",
            Body::Blocked { .. } => "blocked",
            Body::Released { .. } => "released",
            Body::Recalled { .. } => "recalled",
            Body::Drilled(_) => "drilled",
            Body::Undone { .. } => "undone",
            Body::Carried { .. } => "carried",
        }
    }

    /// The signature that was given with it.
    pub fn signature(&self) -> Option<&Signature> {
        match self {
            Body::Adjusted { signature, .. }
            | Body::Overridden { signature, .. }
            | Body::Recalled { signature, .. } => signature.as_ref(),
            Body::Disposed { signature, .. }
            | Body::StaleAccepted { signature, .. }
            | Body::Resolved { signature, .. }
            | Body::Released { signature, .. } => Some(signature),
            Body::Inspected(inspected) => Some(&inspected.signature),
            Body::Drilled(drilled) => Some(&drilled.signature),
            _ => None,
        }
    }

    /// The goods it is about, if it is about goods.
    pub fn goods(&self) -> Option<&Goods> {
        match self {
            Body::Received { goods, .. }
            | Body::Damaged { goods, .. }
            | Body::Returned { goods, .. }
            | Body::Picked { goods, .. }
            | Body::SetAside { goods, .. }
            | Body::Adjusted { goods, .. }
            | Body::Overridden { goods, .. }
            | Body::Disposed { goods, .. }
            | Body::Relabelled { goods, .. }
            | Body::Consumed { goods, .. }
            | Body::Produced { goods, .. }
            | Body::Lifted {
                load: Load::Goods(goods),
                ..
            }
            | Body::Dropped {
                load: Load::Goods(goods),
                ..
            }
            | Body::Loaded {
                load: Load::Goods(goods),
                ..
            }
            | Body::Packed {
                load: Load::Goods(goods),
                ..
            }
            | Body::Shipped {
                load: Load::Goods(goods),
                ..
            }
            | Body::Seen(Seen::Goods { goods }) => Some(goods),
            Body::Raised { goods, .. }
            | Body::Resolved { goods, .. }
            | Body::Measured { goods, .. }
            | Body::Printed { goods, .. } => goods.as_ref(),
            Body::Inspected(inspected) => match &inspected.load {
                Load::Goods(goods) => Some(goods),
                Load::Plate(_) => None,
            },
            Body::Undone { body, .. } => body.goods(),
            _ => None,
        }
    }

    /// The handling unit it is about, if any.
    pub fn plate(&self) -> Option<&PlateId> {
        match self {
            Body::Lifted {
                load: Load::Plate(plate),
                ..
            }
            | Body::Dropped {
                load: Load::Plate(plate),
                ..
            }
            | Body::Loaded {
                load: Load::Plate(plate),
                ..
            }
            | Body::Shipped {
                load: Load::Plate(plate),
                ..
            }
            | Body::Packed {
                load: Load::Plate(plate),
                ..
            }
            | Body::CartonClosed { plate, .. }
            | Body::PlateBuilt { plate, .. }
            | Body::PlateBroken { plate, .. }
            | Body::Printed { plate: Some(plate), .. }
            | Body::Seen(Seen::Plate { plate }) => Some(plate),
            Body::Inspected(inspected) => match &inspected.load {
                Load::Plate(plate) => Some(plate),
                Load::Goods(goods) => goods.plate.as_ref(),
            },
            Body::Undone { body, .. } => body.plate(),
            other => other.goods().and_then(|goods| goods.plate.as_ref()),
        }
    }

    /// The run of work in which goods were used up or made.
    pub fn run(&self) -> Option<&RunId> {
        match self {
            Body::Consumed { run, .. } | Body::Produced { run, .. } => Some(run),
            Body::Undone { body, .. } => body.run(),
            _ => None,
        }
    }

    /// What a block that it places, releases or takes back covers.
    pub fn blocks(&self) -> Option<&Scope> {
        match self {
            Body::Blocked { block } | Body::Damaged { block, .. } => Some(&block.scope),
            Body::Released { scope, .. } => scope.as_ref(),
            Body::Recalled { adds, drops, .. } => adds.first().or(drops.first()).map(|block| &block.scope),
            Body::Undone { body, .. } => body.blocks(),
            _ => None,
        }
    }

    /// Whether it says that goods moved, or that they left for good: what the warehouse's own system is told of.
    pub const fn is_movement(&self) -> bool {
        matches!(
            self,
            Body::Received { .. }
                | Body::Damaged { .. }
                | Body::Returned { .. }
                | Body::Inspected(_)
                | Body::Lifted { .. }
                | Body::Dropped { .. }
                | Body::Picked { .. }
                | Body::SetAside { .. }
                | Body::Loaded { .. }
                | Body::Shipped { .. }
                | Body::ShipConfirmed { .. }
                | Body::PlateBuilt { .. }
                | Body::PlateBroken { .. }
                | Body::Packed { .. }
                | Body::CartonClosed { .. }
                | Body::PackVerified { .. }
                | Body::Adjusted { .. }
                | Body::Disposed { .. }
                | Body::Consumed { .. }
                | Body::Produced { .. }
                | Body::Counted { confirmed: true, .. }
                | Body::Undone { .. }
        )
    }

    /// Whom it locks out.
    pub const fn locks(&self) -> Option<&LockedOut> {
        match self {
            Body::Refused { locks, .. } | Body::SignInRefused { locks, .. } => locks.as_ref(),
            _ => None,
        }
    }
}
