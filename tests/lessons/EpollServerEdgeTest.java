/// Lesson 03: the epoll server, edge-triggered.
class EpollServerEdgeTest extends EpollServerTest {

    @Override
    boolean edge() {
        return true;
    }
}
