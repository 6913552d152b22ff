import conformance.ConcurrentEchoProperties;

/// [ConcurrentEchoProperties] for an echo server of the workbook.
abstract class ConcurrentEchoConformance extends EchoConformance
        implements ConcurrentEchoProperties {}
