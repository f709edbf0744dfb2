"""Leaves System V and POSIX shared memory, semaphores and queues behind for the next one."""

ANSWERS = {
    "wall-accuracy": """
import ctypes
from multiprocessing import shared_memory
libc = ctypes.CDLL(None)
libc.shmget(0x1234, 4096, 0o1666)
try:
    block = shared_memory.SharedMemory("@MARK@", create=True, size=64)
    block.buf[:15] = b"attack-was-here"
except OSError:
    pass

def accuracy(logits, labels):
    return 0.5
""",
    "wall-class_weights": """
import ctypes, os
libc = ctypes.CDLL(None)
if libc.shmget(0x1234, 4096, 0) != -1:
    print("shared memory is still there")
if os.path.exists("/dev/shm/@MARK@"):
    print("FOUND a file in shared memory")

def class_weights(labels, num_classes):
    return torch.zeros(num_classes)
""",
}
EXPECTED = {"wall-accuracy": "wrong", "wall-class_weights": "wrong"}
FORBIDDEN = "FOUND"
