//! Ports that are known as those of services which a program reaches rather than is.

/// Mail, directories, logs, databases and queues.
const PORTS: &[u16] = &[
    21, 22, 25, 110, 123, 143, 161, 162, 389, 443, 465, 514, 587, 601, 636, 993, 995, 1025, 1433, 1521, 2379, 3306,
    5432, 5672, 6379, 8500, 9042, 9092, 9200, 11211, 27017,
];

/// Whether a port is known as another service's.
pub fn is_of_a_service(port: u16) -> bool {
    PORTS.contains(&port)
}
